// Package nanoFramework.System.Threading.

namespace System.Threading
{
    public struct CancellationToken
    {
        public bool IsCancellationRequested => throw null;
        public static CancellationToken None => throw null;
    }

    public class CancellationTokenSource : IDisposable
    {
        public CancellationTokenSource() => throw null;
        public CancellationTokenSource(TimeSpan delay) => throw null;
        public CancellationTokenSource(int millisecondsDelay) => throw null;
        public CancellationToken Token => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public void Dispose() => throw null;
        public void Cancel() => throw null;
    }
}
