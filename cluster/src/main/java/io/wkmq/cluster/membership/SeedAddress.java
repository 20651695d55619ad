package io.wkmq.cluster.membership;

/**
 * Where a node may be met for the first time.
 *
 * @param host a host name or an IP address
 * @param port the port on which it takes members
 */
public record SeedAddress(String host, int port) {
    /** Checks the port. */
    public SeedAddress {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Port " + port + " of " + host + "; expected 1 to 65535");
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }
}
