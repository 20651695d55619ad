package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeName;

/**
 * A node in the list of the static strategy.
 *
 * @param name its name, whose host is its address
 * @param port its membership port; 0 for the first port that nodes try
 */
public record StaticSeed(NodeName name, int port) {
    private static final String FORM = "name@host or name@host:port, as in wkmq1@10.0.0.1 or wkmq2@[::1]:6370";

    /**
     * Parses {@code name@host[:port]}; an IPv6 address with a port must be in brackets.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static StaticSeed parse(String text) {
        int at = text.indexOf('@');
        try {
            HostPort hostPort = HostPort.parse(text.substring(at + 1));
            return new StaticSeed(new NodeName(text.substring(0, Math.max(at, 0)), hostPort.host()), hostPort.port());
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("'" + text + "' is not a node; expected " + FORM, wrong);
        }
    }

    /** Returns the node's membership address. */
    public SeedAddress address(int defaultPort) {
        return new HostPort(name.host(), port).address(defaultPort);
    }

    @Override
    public String toString() {
        return port == 0 ? name.toString() : name.name() + '@' + address(port);
    }
}
