package io.wkmq.broker.ctl;

/** The exit statuses of {@code wkctl}. */
final class ExitStatus {
    static final int OK = 0;
    static final int FAILED = 1;

    /** The command line is not understood (EX_USAGE of sysexits.h). */
    static final int MISUSED = 64;

    private ExitStatus() {}
}
