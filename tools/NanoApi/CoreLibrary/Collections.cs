// Package nanoFramework.CoreLibrary (mscorlib): collections.

namespace System.Collections
{
    public class ArrayList : IList, ICollection, IEnumerable, ICloneable
    {
        public ArrayList() => throw null;
        public bool IsFixedSize => throw null;
        public bool IsReadOnly => throw null;
        public bool IsSynchronized => throw null;
        public int Capacity { get => throw null; set => throw null; }
        public int Count => throw null;
        public object this[int index] { get => throw null; set => throw null; }
        public object SyncRoot => throw null;
        public virtual Array ToArray(Type type) => throw null;
        public IEnumerator GetEnumerator() => throw null;
        public bool Contains(object value) => throw null;
        public int Add(object value) => throw null;
        public int IndexOf(object value) => throw null;
        public object Clone() => throw null;
        public virtual object[] ToArray() => throw null;
        public void Clear() => throw null;
        public virtual void CopyTo(Array array) => throw null;
        public void CopyTo(Array array, int index) => throw null;
        public void Insert(int index, object value) => throw null;
        public void Remove(object value) => throw null;
        public void RemoveAt(int index) => throw null;
    }

    public interface ICollection : IEnumerable
    {
        bool IsSynchronized { get; }
        int Count { get; }
        object SyncRoot { get; }
        void CopyTo(Array array, int index);
    }

    public interface IEnumerable
    {
        IEnumerator GetEnumerator();
    }

    public interface IEnumerator
    {
        bool MoveNext();
        object Current { get; }
        void Reset();
    }

    public interface IList : ICollection, IEnumerable
    {
        bool Contains(object value);
        bool IsFixedSize { get; }
        bool IsReadOnly { get; }
        int Add(object value);
        int IndexOf(object value);
        object this[int index] { get; set; }
        void Clear();
        void Insert(int index, object value);
        void Remove(object value);
        void RemoveAt(int index);
    }
}
