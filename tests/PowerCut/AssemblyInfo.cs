// The cuts use every processor; other tests beside them would only make both slower.
[assembly: DoNotParallelize]
