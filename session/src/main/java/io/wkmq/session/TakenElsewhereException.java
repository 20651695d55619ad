package io.wkmq.session;

/** Thrown when a client's session is unavailable on this node because another node has a newer claim to it. */
public final class TakenElsewhereException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates the exception for a client id. */
    public TakenElsewhereException(String clientId) {
        super("the client id " + clientId + " has connected to another node");
    }
}
