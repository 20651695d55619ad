package io.wkmq.testing.net;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Hosts behind a bridge, each in a network namespace, the bridge in one as well. Links are cut in the bridge: packets are lost
 * there, and no host is told. Closing it removes everything. One thread at a time.
 */
public final class LabNetwork implements AutoCloseable {
    /** Benchmarks of network devices own it (RFC 2544), and no namespace sees another network anyway. */
    private static final String NETWORK = "198.18.0.";

    /** Unique local addresses (RFC 4193), in their short form. */
    private static final String NETWORK_6 = "fd00:198:18::";

    private static final List<String> PROGRAMS = List.of("unshare", "nsenter", "ip", "ss", "nft");

    private static final int LAST = 254;

    private final List<Host> hosts = new ArrayList<>();
    private final Namespace hub = Namespace.make();
    private int moves;

    /** A network without hosts. */
    public LabNetwork() {
        // Without snooping every multicast packet goes everywhere; without spanning tree a new port forwards at once.
        hub.run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0", "stp_state", "0");
        hub.run("ip", "link", "set", "br0", "up");
        hub.nft("""
                table bridge lab {
                  set cuts { type ifname . ifname; }
                  chain links {
                    type filter hook forward priority 0; policy accept;
                    iifname . oifname @cuts drop
                  }
                }
                """);
    }

    /** Why such networks cannot be made here, if they cannot. */
    public static Optional<String> obstacle() {
        for (String program : PROGRAMS) {
            if (!Command.has(program)) {
                return Optional.of("the program '" + program + "' is missing");
            }
        }
        try (LabNetwork network = new LabNetwork()) {
            network.cut(network.add(), network.add());
            Command.run(List.of("unshare", "--mount", "mount", "--bind", "/etc", "/etc"), ""); // what Host does
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Adds a host with the next address. */
    public Host add() {
        int number = hosts.size() + 1;
        Namespace namespace = Namespace.make();
        Host host = new Host(number, NETWORK + number, namespace);
        hosts.add(host);
        hub.run("ip", "link", "add", host.port(), "type", "veth", "peer", "name", "eth0", "netns", namespace.pid());
        hub.run("ip", "link", "set", host.port(), "master", "br0", "up");
        namespace.run("ip", "link", "set", "lo", "up");
        namespace.run("ip", "link", "set", "eth0", "up");
        namespace.run("ip", "addr", "add", host.address() + "/24", "dev", "eth0");
        namespace.run("ip", "route", "add", "224.0.0.0/4", "dev", "eth0");
        return host;
    }

    /** Whether hosts can have IPv6 addresses here. */
    public static boolean hasIpv6() {
        return Files.exists(Path.of("/proc/net/if_inet6"));
    }

    /** Gives a host an IPv6 address beside the other one; which, without brackets. */
    public String addIpv6(Host host) {
        String address = NETWORK_6 + host.number();
        host.run("ip", "addr", "add", address + "/64", "dev", "eth0", "nodad"); // usable at once
        return address;
    }

    /** Gives a host an address that nobody has had; what was connected to the old one hears nothing any more. */
    public void readdress(Host host) {
        host.address(NETWORK + (LAST - moves++));
    }

    /** From now on packets between the two are lost. */
    public void cut(Host a, Host b) {
        cuts(List.of(link(a, b), link(b, a)));
    }

    /** From now on packets from the one to the other are lost; those the other way arrive. */
    public void cutOneWay(Host from, Host to) {
        cuts(List.of(link(from, to)));
    }

    /** From now on packets between hosts of different groups are lost; hosts of no group reach all. */
    public void split(List<List<Host>> groups) {
        List<String> links = new ArrayList<>();
        for (List<Host> group : groups) {
            for (List<Host> other : groups) {
                if (group != other) {
                    group.forEach(from -> other.forEach(to -> links.add(link(from, to))));
                }
            }
        }
        cuts(links);
    }

    /** Mends all links. */
    public void heal() {
        hub.nft("flush set bridge lab cuts\n");
    }

    private static String link(Host from, Host to) {
        return '"' + from.port() + "\" . \"" + to.port() + '"';
    }

    /** All links at the same instant. */
    private void cuts(List<String> links) {
        StringJoiner elements = new StringJoiner(", ", "{ ", " }");
        links.forEach(elements::add);
        hub.nft("add element bridge lab cuts " + elements + "\n");
    }

    @Override
    public void close() {
        hosts.forEach(Host::close);
        hub.close();
    }
}
