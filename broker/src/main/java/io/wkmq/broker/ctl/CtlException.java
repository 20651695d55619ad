package io.wkmq.broker.ctl;

/** A command could not be done; the text is the answer, the exit status is not 0. */
final class CtlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean misused;

    private CtlException(String message, boolean misused) {
        super(message);
        this.misused = misused;
    }

    /** It was tried, or could not even be tried. */
    CtlException(String message) {
        this(message, false);
    }

    /** The words are not understood. */
    static CtlException misused(String message) {
        return new CtlException(message, true);
    }

    /** The command has no such form: the answer is the forms it has. */
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
