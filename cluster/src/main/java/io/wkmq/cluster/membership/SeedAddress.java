package io.wkmq.cluster.membership;

/**
 * Where a node may be met for the first time.
 *
 * @param host a host name or an IP address; one of IPv6 is written in the shortest way, however it was before
 * @param port the port on which it takes members
 */
public record SeedAddress(String host, int port) {
    /** Checks the port. Looks nothing up. */
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
