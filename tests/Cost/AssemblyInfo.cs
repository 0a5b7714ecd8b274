using Microsoft.VisualStudio.TestTools.UnitTesting;

// The counters are one set for the process.
[assembly: DoNotParallelize]
