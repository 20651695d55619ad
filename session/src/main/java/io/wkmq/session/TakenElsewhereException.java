package io.wkmq.session;

/** A client's session is not to be had on this node: another one has a newer claim to it. */
public final class TakenElsewhereException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says whose session. */
    public TakenElsewhereException(String clientId) {
        super("the client id " + clientId + " has connected to another node");
    }
}
