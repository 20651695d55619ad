package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.instance.AddressPicker;
import com.hazelcast.instance.EndpointQualifier;
import io.wkmq.cluster.hazelcast.MemberSettings.Ports;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Listens on the first free port of the range, on one address, and announces the host name by which other nodes know this one. Looks at no
 * interface, no system property, and no other address. Used by one thread.
 */
final class PortPicker implements AddressPicker {
    private static final int BACKLOG = 100;

    private final String bindHost;
    private final String host;
    private final Ports ports;
    private @Nullable ServerSocketChannel channel;
    private @Nullable Address bound;
    private @Nullable Address announced;

    PortPicker(String bindHost, String host, Ports ports) {
        this.bindHost = bindHost;
        this.host = host;
        this.ports = ports;
    }

    @Override
    public void pickAddress() throws IOException {
        if (channel != null) {
            return;
        }
        InetAddress address = InetAddress.getByName(bindHost);
        ServerSocketChannel opened = open(address);
        int port = opened.socket().getLocalPort();
        channel = opened;
        bound = new Address(bindHost, address, port);
        announced = new Address(new SeedAddress(host, port).host(), port); // normalized, as others look for it
    }

    private ServerSocketChannel open(InetAddress address) throws IOException {
        for (int port = ports.min(); port <= ports.max(); port++) {
            ServerSocketChannel candidate = ServerSocketChannel.open();
            try {
                candidate.socket().setReuseAddress(true);
                candidate.bind(new InetSocketAddress(address, port), BACKLOG);
                candidate.configureBlocking(false);
                return candidate;
            } catch (BindException e) {
                candidate.close();
                if (port == ports.max()) {
                    throw new IOException(
                            "No port of " + ports.min() + " to " + ports.max() + " on " + bindHost
                                    + " is free for other nodes (" + e.getMessage()
                                    + "); expected one, see node.dist_listen_min and node.dist_listen_max",
                            e);
                }
            }
        }
        throw new IllegalStateException("No port tried in " + ports);
    }

    private static <T> T picked(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("No address was picked yet");
        }
        return value;
    }

    @Override
    public Address getBindAddress(EndpointQualifier qualifier) {
        return picked(bound);
    }

    @Override
    public Address getPublicAddress(EndpointQualifier qualifier) {
        return picked(announced);
    }

    @Override
    public Map<EndpointQualifier, Address> getPublicAddressMap() {
        return Map.of(EndpointQualifier.MEMBER, picked(announced));
    }

    @Override
    public Map<EndpointQualifier, Address> getBindAddressMap() {
        return Map.of(EndpointQualifier.MEMBER, picked(bound));
    }

    @Override
    public ServerSocketChannel getServerSocketChannel(EndpointQualifier qualifier) {
        return picked(channel);
    }

    @Override
    public Map<EndpointQualifier, ServerSocketChannel> getServerSocketChannels() {
        return Map.of(EndpointQualifier.MEMBER, picked(channel));
    }
}
