package io.wkmq.cluster.membership;

/**
 * An address where a node may be met for the first time.
 *
 * @param host a host name or an IP address; IPv6 addresses are converted to their shortest form
 * @param port its membership port
 */
public record SeedAddress(String host, int port) {
    /** Validates the port. Performs no look-up. */
    public SeedAddress {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Port " + port + " of " + host + "; expected 1 to 65535");
        }
        host = Ipv6Text.of(host);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }
}
