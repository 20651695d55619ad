package io.wkmq.cluster.discovery.mcast;

import io.wkmq.cluster.discovery.Announcement;
import io.wkmq.cluster.discovery.HostPort;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Encodes beacons as datagrams: {@code "WKMQ"}, version 1, cluster, node id, node name, host, port, and an HMAC-SHA256 over all
 * that. The HMAC is verified first; nothing else is read of a datagram with a wrong one. A replayed beacon names an address that
 * once was a node's; a node that connects there learns from the handshake who is there. Confined to one thread at a time.
 */
final class BeaconCodec {
    static final int BYTES_MAX = 1024;

    private static final byte[] START = {'W', 'K', 'M', 'Q', 1};
    private static final int MAC_BYTES = 32;

    /** Separates this key from other keys derived from the cookie. */
    private static final String USE = "wkmq multicast beacon 1";

    /** Publicly known: a signature with it proves only that the datagram is intact. */
    private static final Cookie NONE = Cookie.of("wkmq");

    /** Thrown when a datagram is not a beacon signed with the cookie. */
    static final class NotSignedException extends Exception {
        private static final long serialVersionUID = 1L;

        NotSignedException(String message) {
            super(message);
        }
    }

    private final Mac mac;

    BeaconCodec(@Nullable Cookie cookie) {
        mac = (cookie == null ? NONE : cookie).mac(USE);
    }

    /** Encodes a beacon. */
    byte[] encode(Beacon beacon) {
        ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
        Node node = beacon.node().node();
        out.put(START);
        put(out, beacon.cluster());
        out.putLong(node.id().value().getMostSignificantBits());
        out.putLong(node.id().value().getLeastSignificantBits());
        put(out, node.name().toString());
        put(out, beacon.node().address().host());
        out.putShort((short) beacon.node().address().port());
        mac.update(out.array(), 0, out.position());
        out.put(mac.doFinal());
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Returns whether the datagram has the form of a beacon. */
    static boolean isBeacon(byte[] datagram) {
        return datagram.length > START.length + MAC_BYTES
                && datagram.length <= BYTES_MAX
                && Arrays.equals(datagram, 0, START.length, START, 0, START.length);
    }

    /**
     * Decodes a datagram for which {@link #isBeacon} holds.
     *
     * @throws NotSignedException if it is not signed with the cookie
     * @throws IllegalArgumentException if it is signed but invalid
     */
    Beacon decode(byte[] datagram) throws NotSignedException {
        int signed = datagram.length - MAC_BYTES;
        mac.update(datagram, 0, signed);
        byte[] expected = mac.doFinal();
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(datagram, signed, datagram.length))) {
            throw new NotSignedException("The signature is wrong");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(datagram, START.length, signed - START.length);
            String cluster = text(in);
            NodeId id = new NodeId(new UUID(in.getLong(), in.getLong()));
            NodeName name = NodeName.parse(text(in));
            SeedAddress address = new HostPort(text(in), Short.toUnsignedInt(in.getShort())).address(0);
            return new Beacon(cluster, new Announcement(new Node(id, name), address));
        } catch (BufferUnderflowException tooShort) {
            throw new IllegalArgumentException("It ends too early", tooShort);
        }
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFF) {
            throw new IllegalArgumentException("'" + text + "' has " + bytes.length + " bytes; expected at most 255");
        }
        out.put((byte) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[Byte.toUnsignedInt(in.get())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
