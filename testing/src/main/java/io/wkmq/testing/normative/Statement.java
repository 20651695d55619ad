package io.wkmq.testing.normative;

/**
 * A normative statement.
 *
 * @param id the number, as the standard prints it
 * @param binds who must obey it
 * @param text what it requires, in our words
 * @param untestable why no test can check it at the socket; empty if one can
 */
public record Statement(String id, Binds binds, String text, String untestable) {
    /** The parties a statement binds. */
    public enum Binds {
        /** Servers. */
        SERVER,
        /** Clients. */
        CLIENT,
        /** Clients and servers. */
        BOTH
    }

    /** Returns whether a test of the server must check it. */
    public boolean needsTest() {
        return binds != Binds.CLIENT && untestable.isEmpty();
    }
}
