package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.SeedAddress;
import java.util.List;

/** The strategies that do not search: a configured list, or nothing. Immutable. */
public final class ListedNodes implements DiscoveryStrategy {
    private final String name;
    private final List<SeedAddress> addresses;

    private ListedNodes(String name, List<SeedAddress> addresses) {
        this.name = name;
        this.addresses = List.copyOf(addresses);
    }

    /** Creates {@code manual}: only nodes met before are known. */
    public static ListedNodes manual() {
        return new ListedNodes("manual", List.of());
    }

    /** Creates {@code static}: the nodes of a list. Nodes without a port are met on {@code defaultPort}. */
    public static ListedNodes of(List<StaticSeed> seeds, int defaultPort) {
        return new ListedNodes(
                "static", seeds.stream().map(seed -> seed.address(defaultPort)).toList());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Found discover() {
        return Found.of(addresses);
    }
}
