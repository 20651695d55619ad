package io.wkmq.testing.net;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Hosts connected by a bridge, each host and the bridge in a separate network namespace. Links are cut in the bridge: it drops packets
 * without telling the hosts. Closing the network removes everything. Not thread-safe.
 */
public final class LabNetwork implements AutoCloseable {
    /** Reserved for benchmarks of network devices (RFC 2544), and invisible outside the namespaces anyway. */
    private static final String NETWORK = "198.18.0.";

    /** Unique local addresses (RFC 4193), in their short form. */
    private static final String NETWORK_6 = "fd00:198:18::";

    private static final List<String> PROGRAMS = List.of("unshare", "nsenter", "ip", "ss", "nft");

    private static final int LAST = 254;

    private final List<Host> hosts = new ArrayList<>();
    private final Namespace hub = Namespace.make();
    private int moves;

    /** Creates a network without hosts. */
    public LabNetwork() {
        // Without snooping, multicast packets are flooded to all ports; without spanning tree, a new port forwards at
        // once.
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

    /** Returns why such networks cannot be created here, or empty if they can. */
    public static Optional<String> obstacle() {
        for (String program : PROGRAMS) {
            if (!Command.has(program)) {
                return Optional.of("the program '" + program + "' is missing");
            }
        }
        try (LabNetwork network = new LabNetwork()) {
            network.cut(network.add(), network.add());
            Command.run(List.of("unshare", "--mount", "mount", "--bind", "/etc", "/etc"), ""); // needed by Host
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

    /** Returns whether hosts can have IPv6 addresses here. */
    public static boolean hasIpv6() {
        return Files.exists(Path.of("/proc/net/if_inet6"));
    }

    /** Gives a host an additional IPv6 address and returns it, without brackets. */
    public String addIpv6(Host host) {
        String address = NETWORK_6 + host.number();
        host.run("ip", "addr", "add", address + "/64", "dev", "eth0", "nodad"); // usable at once
        return address;
    }

    /** Replaces a host's address with one not used before; connections of the old address go silent. */
    public void readdress(Host host) {
        host.address(NETWORK + (LAST - moves++));
    }

    /** Drops packets between the two hosts from now on. */
    public void cut(Host a, Host b) {
        cuts(List.of(link(a, b), link(b, a)));
    }

    /** Drops packets from {@code from} to {@code to} from now on; the opposite direction still works. */
    public void cutOneWay(Host from, Host to) {
        cuts(List.of(link(from, to)));
    }

    /** Drops packets between hosts of different groups from now on; hosts in no group reach all. */
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

    /** Restores all links. */
    public void heal() {
        hub.nft("flush set bridge lab cuts\n");
    }

    private static String link(Host from, Host to) {
        return '"' + from.port() + "\" . \"" + to.port() + '"';
    }

    /** Cuts all these links atomically. */
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
