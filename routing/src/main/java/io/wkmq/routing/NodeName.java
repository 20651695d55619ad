package io.wkmq.routing;

/**
 * The name {@code name@host} that administrators use for a node. An alias of its {@link NodeId}.
 *
 * @param name the part before the {@code @}: letters, digits, {@code _} and {@code -}
 * @param host an IP address or a host name
 */
public record NodeName(String name, String host) {
    /**
     * Validates both parts.
     *
     * @throws IllegalArgumentException if a part is empty or contains a character that is not allowed
     */
    public NodeName {
        if (!name.matches("[A-Za-z0-9_-]+") || !host.matches("[A-Za-z0-9_.:%-]+")) {
            throw new IllegalArgumentException("'" + name + "@" + host
                    + "' is not a node name; expected name@host, as in wkmq@127.0.0.1 (letters, digits, _ and -)");
        }
    }

    /**
     * Parses {@code name@host}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static NodeName parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a node name; expected name@host, as in wkmq@127.0.0.1");
        }
        return new NodeName(text.substring(0, at), text.substring(at + 1));
    }

    @Override
    public String toString() {
        return name + '@' + host;
    }
}
