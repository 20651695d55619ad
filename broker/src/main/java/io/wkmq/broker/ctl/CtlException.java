package io.wkmq.broker.ctl;

/** Thrown if a command fails. The message is the answer; the exit status is not 0. */
final class CtlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean misused;

    private CtlException(String message, boolean misused) {
        super(message);
        this.misused = misused;
    }

    /** Creates an exception for a command that failed or could not be attempted. */
    CtlException(String message) {
        this(message, false);
    }

    /** Returns an exception for a command line that is not understood. */
    static CtlException misused(String message) {
        return new CtlException(message, true);
    }

    /** Returns an exception for an unknown form of a command. The answer is the list of its forms. */
    static CtlException unknownForm() {
        return new CtlException("", true);
    }

    boolean misused() {
        return misused;
    }

    String text() {
        String text = getMessage();
        return text == null ? "" : text;
    }
}
