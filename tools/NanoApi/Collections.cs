// Package nanoFramework.System.Collections. Hashtable ignores Equals and GetHashCode of your own key types.

namespace System.Collections
{
    public interface IDictionary : ICollection, IEnumerable
    {
        ICollection Keys { get; }
        ICollection Values { get; }
        bool Contains(object key);
        bool IsFixedSize { get; }
        bool IsReadOnly { get; }
        object this[object index] { get; set; }
        void Add(object key, object value);
        void Clear();
        void Remove(object key);
    }

    public class Hashtable : ICloneable, IDictionary, ICollection, IEnumerable
    {
        public Hashtable() => throw null;
        public Hashtable(int capacity) => throw null;
        public Hashtable(int capacity, float loadFactor) => throw null;
        public ICollection Keys => throw null;
        public ICollection Values => throw null;
        public bool IsFixedSize => throw null;
        public bool IsReadOnly => throw null;
        public bool IsSynchronized => throw null;
        public int Count => throw null;
        public object this[object index] { get => throw null; set => throw null; }
        public object SyncRoot => throw null;
        public IEnumerator GetEnumerator() => throw null;
        public bool Contains(object key) => throw null;
        public object Clone() => throw null;
        public void Add(object key, object value) => throw null;
        public void Clear() => throw null;
        public void CopyTo(Array array, int arrayIndex) => throw null;
        public void Remove(object key) => throw null;
    }
}
