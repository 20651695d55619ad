package io.wkmq.cluster.discovery.mcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.discovery.Announcement;
import io.wkmq.cluster.discovery.mcast.BeaconCodec.NotSignedException;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BeaconCodecTest {
    private final BeaconCodec codec = new BeaconCodec(Cookie.of("secret"));
    private final Beacon beacon = beacon("blue", new NodeName("wkmq1", "10.0.0.1"), "10.0.0.1");

    @Test
    void whatIsSentIsRead() throws NotSignedException {
        byte[] datagram = codec.encode(beacon);

        assertThat(BeaconCodec.isBeacon(datagram)).isTrue();
        assertThat(codec.decode(datagram)).isEqualTo(beacon);
    }

    @Test
    void theLongestNamesFit() throws NotSignedException {
        Beacon longest = beacon("c".repeat(255), new NodeName("n".repeat(127), "h".repeat(127)), "h".repeat(253));
        byte[] datagram = codec.encode(longest);

        assertThat(BeaconCodec.isBeacon(datagram)).isTrue();
        assertThat(codec.decode(datagram)).isEqualTo(longest);
    }

    @Test
    void anotherCookieIsNotFollowed() {
        byte[] datagram = new BeaconCodec(Cookie.of("Secret")).encode(beacon);

        assertThatThrownBy(() -> codec.decode(datagram)).isInstanceOf(NotSignedException.class);
        assertThatThrownBy(() -> new BeaconCodec(null).decode(datagram)).isInstanceOf(NotSignedException.class);
    }

    @Test
    void nodesWithoutCookieUnderstandEachOther() throws NotSignedException {
        assertThat(new BeaconCodec(null).decode(new BeaconCodec(null).encode(beacon)))
                .isEqualTo(beacon);
    }

    @Test
    void noBitCanBeChanged() {
        byte[] datagram = codec.encode(beacon);
        for (int bit = 0; bit < datagram.length * 8; bit++) {
            byte[] changed = datagram.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            if (BeaconCodec.isBeacon(changed)) {
                assertThatThrownBy(() -> codec.decode(changed)).isInstanceOf(NotSignedException.class);
            }
        }
    }

    @Test
    void noEndCanBeCutOff() {
        byte[] datagram = codec.encode(beacon);
        for (int length = 0; length < datagram.length; length++) {
            byte[] cut = Arrays.copyOf(datagram, length);
            if (BeaconCodec.isBeacon(cut)) {
                assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(NotSignedException.class);
            }
        }
    }

    @Test
    void garbageWithTheRightSignatureIsRefused() throws NotSignedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        for (int run = 0; run < 10_000; run++) {
            byte[] datagram = codec.encode(beacon);
            int signed = datagram.length - 32;
            datagram[5 + random.nextInt(signed - 5)] = (byte) random.nextInt();
            byte[] forged = SignedBy.cookie("secret", Arrays.copyOf(datagram, signed));
            try {
                codec.decode(forged);
            } catch (IllegalArgumentException expected) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isBetween(1000, 9999);
    }

    @Test
    void whatDoesNotStartLikeABeaconIsNone() {
        assertThat(BeaconCodec.isBeacon(new byte[0])).isFalse();
        assertThat(BeaconCodec.isBeacon(new byte[100])).isFalse();
        assertThat(BeaconCodec.isBeacon(Arrays.copyOf(codec.encode(beacon), BeaconCodec.BYTES_MAX + 1)))
                .isFalse();
    }

    static Beacon beacon(String cluster, NodeName name, String host) {
        Node node = new Node(new NodeId(new UUID(1, 2)), name);
        return new Beacon(cluster, new Announcement(node, new SeedAddress(host, 65_535)));
    }
}
