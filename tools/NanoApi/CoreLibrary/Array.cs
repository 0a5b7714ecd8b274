// Package nanoFramework.CoreLibrary (mscorlib): arrays.

namespace System
{
    public abstract class Array : ICloneable, Collections.ICollection
    {
        public bool IsFixedSize => throw null;
        public bool IsReadOnly => throw null;
        public bool IsSynchronized => throw null;
        public int Length => throw null;
        public object SyncRoot => throw null;
        protected Array() => throw null;
        public static Array CreateInstance(Type elementType, int length) => throw null;
        public static int IndexOf(Array array, object value) => throw null;
        public static void Clear(Array array, int index, int length) => throw null;
        public static void Copy(Array sourceArray, Array destinationArray, int length) => throw null;
        public static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length) => throw null;
        public Collections.IEnumerator GetEnumerator() => throw null;
        public object Clone() => throw null;
        public void CopyTo(Array array, int index) => throw null;
        int Collections.ICollection.Count => throw null;
    }
}
