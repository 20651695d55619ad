package io.wkmq.cluster.security;

/** Thrown when the files of {@code cluster.tls.*} cannot be used. The message names the file. */
public final class ClusterTlsException extends Exception {
    private static final long serialVersionUID = 1L;

    ClusterTlsException(String message) {
        super(message);
    }

    ClusterTlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
