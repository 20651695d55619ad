package io.wkmq.cluster.discovery.mcast;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A socket that has joined a multicast group, on one interface or on all. Confined to one thread. */
final class Group implements Closeable {
    /** The maximum number of datagrams read in one go, so that a flood does not keep this node from sending its own. */
    private static final int DATAGRAMS_MAX = 256;

    private final McastSettings settings;
    private final InetAddress address;
    private final List<NetworkInterface> interfaces;
    private final DatagramChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(BeaconCodec.BYTES_MAX + 1);

    private Group(McastSettings settings, InetAddress address, List<NetworkInterface> interfaces) throws IOException {
        this.settings = settings;
        this.address = address;
        this.interfaces = interfaces;
        this.selector = Selector.open();
        this.channel = DatagramChannel.open(family(address));
    }

    /** Binds the first free port and joins the group. */
    static Group join(McastSettings settings) throws IOException {
        InetAddress address = InetAddress.getByName(settings.group());
        List<NetworkInterface> interfaces = interfaces(settings, address);
        Group group = new Group(settings, address, interfaces);
        try {
            group.open();
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    private void open() throws IOException {
        bind();
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, settings.ttl());
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, settings.loop());
        for (NetworkInterface each : interfaces) {
            try {
                channel.join(address, each);
            } catch (IOException e) {
                throw new IOException(
                        "cannot join " + settings.group() + " on the interface " + each.getName() + ": "
                                + e.getMessage(),
                        e);
            }
        }
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    private void bind() throws IOException {
        for (int port : settings.ports()) {
            if (bound(port)) {
                return;
            }
        }
        throw new IOException("no port of cluster.mcast.ports is free on this host: " + settings.ports());
    }

    private boolean bound(int port) throws IOException {
        try {
            channel.bind(new InetSocketAddress(port));
            return true;
        } catch (SocketException taken) {
            return false; // another node of this host has it; the next one may be free
        }
    }

    /** Sends to all ports on all interfaces; fails if nothing could be sent at all. */
    void send(byte[] datagram) throws IOException {
        @Nullable IOException failure = null;
        boolean sent = false;
        for (NetworkInterface each : interfaces) {
            try {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, each);
                for (int port : settings.ports()) {
                    channel.send(ByteBuffer.wrap(datagram), new InetSocketAddress(address, port));
                    sent = true;
                }
            } catch (IOException e) {
                failure = new IOException(
                        "cannot send to " + settings.group() + " on the interface " + each.getName() + ": "
                                + e.getMessage(),
                        e);
            }
        }
        if (!sent && failure != null) {
            throw failure;
        }
    }

    /** Waits for datagrams for a limited time and passes them to the receiver. An interrupt or {@link #wakeUp} ends the wait. */
    void receive(long waitMs, BiConsumer<InetAddress, byte[]> receiver) throws IOException {
        selector.select(Math.max(1, waitMs));
        selector.selectedKeys().clear();
        for (int i = 0; i < DATAGRAMS_MAX; i++) {
            buffer.clear();
            SocketAddress sender = channel.receive(buffer);
            if (sender == null) {
                return;
            }
            byte[] datagram = new byte[buffer.flip().remaining()];
            buffer.get(datagram);
            receiver.accept(((InetSocketAddress) sender).getAddress(), datagram);
        }
    }

    /** Ends a wait. Any thread. */
    void wakeUp() {
        selector.wakeup();
    }

    /** Returns whether the interfaces of the host have changed since the group was joined. */
    boolean outdated() throws IOException {
        return !names(interfaces(settings, address)).equals(names(interfaces));
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }

    private static StandardProtocolFamily family(InetAddress address) {
        return address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    private static List<NetworkInterface> interfaces(McastSettings settings, InetAddress group) throws IOException {
        if (!isAny(settings.networkInterface())) {
            return List.of(named(settings.networkInterface()));
        }
        List<NetworkInterface> outside = all(each -> canMulticast(each, group));
        List<NetworkInterface> found = outside.isEmpty() ? all(Group::isLoopback) : outside;
        if (found.isEmpty()) {
            throw new IOException("no interface of this host can do multicast; there are " + shown());
        }
        return found;
    }

    private static boolean isAny(String networkInterface) {
        return networkInterface.equals("0.0.0.0") || networkInterface.equals("::");
    }

    private static NetworkInterface named(String text) throws IOException {
        NetworkInterface named = NetworkInterface.getByName(text);
        if (named == null && text.matches("[0-9.]+|.*:.*")) {
            try {
                named = NetworkInterface.getByInetAddress(InetAddress.getByName(text));
            } catch (UnknownHostException noAddress) {
                throw new IOException("cluster.mcast.iface = " + text + " is no address", noAddress);
            }
        }
        if (named == null) {
            throw new IOException(
                    "no interface of this host is or has cluster.mcast.iface = " + text + "; there are " + shown());
        }
        return named;
    }

    private static List<NetworkInterface> all(Predicate<NetworkInterface> wanted) {
        try {
            return NetworkInterface.networkInterfaces().filter(wanted).toList();
        } catch (SocketException none) {
            return List.of(); // Java's answer for a host without any
        }
    }

    private static boolean canMulticast(NetworkInterface each, InetAddress group) {
        try {
            return each.isUp()
                    && !each.isLoopback()
                    && each.supportsMulticast()
                    && each.inetAddresses().anyMatch(address -> family(address) == family(group));
        } catch (SocketException gone) {
            return false;
        }
    }

    private static boolean isLoopback(NetworkInterface each) {
        try {
            return each.isUp() && each.isLoopback();
        } catch (SocketException gone) {
            return false;
        }
    }

    private static List<String> names(List<NetworkInterface> interfaces) {
        return interfaces.stream()
                .map(each -> each.getName() + each.getIndex())
                .sorted()
                .toList();
    }

    private static String shown() {
        List<NetworkInterface> interfaces = all(each -> true);
        return interfaces.isEmpty()
                ? "none"
                : interfaces.stream()
                        .map(each -> each.getName()
                                + ' '
                                + Collections.list(each.getInetAddresses()).stream()
                                        .map(InetAddress::getHostAddress)
                                        .collect(Collectors.joining(" ")))
                        .collect(Collectors.joining(", "));
    }
}
