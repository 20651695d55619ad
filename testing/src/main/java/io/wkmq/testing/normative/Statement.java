package io.wkmq.testing.normative;

/**
 * A normative statement.
 *
 * @param id as the standard prints it
 * @param binds who has to obey it
 * @param text what it demands, in our words
 * @param untestable why no test can check it at the socket; empty if one can
 */
public record Statement(String id, Binds binds, String text, String untestable) {
    /** Whom a statement binds. */
    public enum Binds {
        /** Servers. */
        SERVER,
        /** Clients. */
        CLIENT,
        /** Clients and servers. */
        BOTH
    }

    /** Whether a test of the server has to check it. */
    public boolean needsTest() {
        return binds != Binds.CLIENT && untestable.isEmpty();
    }
}
