package io.wkmq.broker.ctl;

/** With what {@code wkctl} ends. */
final class ExitStatus {
    static final int OK = 0;
    static final int FAILED = 1;

    /** There is no such command (EX_USAGE of sysexits.h). */
    static final int MISUSED = 64;

    private ExitStatus() {}
}
