// Before each file of tests that share a process: some set how long stack traces are, because short ones are faster.

Error.stackTraceLimit = 10;
