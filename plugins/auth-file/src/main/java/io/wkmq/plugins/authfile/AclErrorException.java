package io.wkmq.plugins.authfile;

/** Something in acl.conf is wrong: where, what, and what was expected. */
final class AclErrorException extends Exception {
    private static final long serialVersionUID = 1L;

    AclErrorException(Position at, String problem) {
        super(at + ": " + problem);
    }
}
