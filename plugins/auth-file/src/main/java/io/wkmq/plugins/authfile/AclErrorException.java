package io.wkmq.plugins.authfile;

/** Thrown for an error in acl.conf; the message states where, what, and what was expected. */
final class AclErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    AclErrorException(Position at, String problem) {
        super(at + ": " + problem);
    }
}
