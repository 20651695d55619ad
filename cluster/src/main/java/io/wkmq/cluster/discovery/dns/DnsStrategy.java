package io.wkmq.cluster.discovery.dns;

import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.discovery.HostPort;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code dns}: the addresses of a name, resolved like other programs of the host do, with the hosts file and search domains; or its
 * SRV records, for which the name servers are queried directly. Immutable.
 */
public final class DnsStrategy implements DiscoveryStrategy {
    private final String name;
    private final RecordType type;
    private final int defaultPort;
    private final SrvLookup srv;

    /**
     * Creates a strategy for a name.
     *
     * @param defaultPort the port of nodes of which only the address is known
     */
    public DnsStrategy(String name, RecordType type, int defaultPort) {
        this(name, type, defaultPort, new SrvLookup("dns:"));
    }

    DnsStrategy(String name, RecordType type, int defaultPort, SrvLookup srv) {
        this.name = name;
        this.type = type;
        this.defaultPort = defaultPort;
        this.srv = srv;
    }

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public Found discover() throws IOException {
        return type == RecordType.SRV ? services() : addresses();
    }

    private Found addresses() throws IOException {
        InetAddress[] all;
        try {
            all = InetAddress.getAllByName(name);
        } catch (UnknownHostException e) {
            throw new IOException("the name " + name + " has no address: " + reason(e), e);
        }
        List<SeedAddress> wanted = Arrays.stream(all)
                .filter(address -> address instanceof Inet4Address == (type == RecordType.A))
                .map(address -> new SeedAddress(address.getHostAddress(), defaultPort))
                .toList();
        if (wanted.isEmpty()) {
            String remark = "the name " + name + " has " + all.length
                    + " addresses, but none for cluster.dns.record_type = " + (type == RecordType.A ? "a" : "aaaa");
            return new Found(List.of(), List.of(remark));
        }
        return Found.of(wanted);
    }

    /** Strips the name from Java's message, which is {@code name: reason}. */
    private String reason(UnknownHostException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = name + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : "it is not known";
    }

    private Found services() throws IOException {
        List<SeedAddress> addresses = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        List<String> records = srv.records(name);
        if (records.isEmpty()) {
            remarks.add("the name " + name + " has no SRV records");
        }
        for (String record : records) {
            // priority weight port target
            String[] words = record.split(" ", -1);
            try {
                String target = words[3].endsWith(".") ? words[3].substring(0, words[3].length() - 1) : words[3];
                addresses.add(new HostPort(target, Integer.parseInt(words[2])).address(defaultPort));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException wrong) {
                remarks.add("the SRV record '" + record + "' of " + name + " names no host");
            }
        }
        return new Found(addresses, remarks);
    }
}
