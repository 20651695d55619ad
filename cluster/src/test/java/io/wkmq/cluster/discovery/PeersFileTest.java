package io.wkmq.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersFileTest {
    @TempDir
    Path directory;

    @Test
    void nodesThatWereMetAreKnownAfterARestart() throws IOException {
        PeersFile peers = new PeersFile(file());
        KnownPeer one = peer(1, "10.0.0.1", 6369);
        KnownPeer two = peer(2, "fe80::1%eth0", 6370);
        peers.met(one);
        peers.met(two);

        assertThat(new PeersFile(file()).peers()).containsExactly(one, two);
        assertThat(new PeersFile(file()).founded()).isFalse();
    }

    @Test
    void aNodeThatMovedIsKnownUnderItsNewAddressOnly() throws IOException {
        PeersFile peers = new PeersFile(file());
        peers.met(peer(1, "10.0.0.1", 6369));
        peers.met(peer(1, "10.0.0.9", 6369));

        assertThat(new PeersFile(file()).peers()).containsExactly(peer(1, "10.0.0.9", 6369));
    }

    @Test
    void aRemovedNodeIsForgotten() throws IOException {
        PeersFile peers = new PeersFile(file());
        peers.met(peer(1, "10.0.0.1", 6369));
        peers.met(peer(2, "10.0.0.2", 6369));
        peers.removed(peer(1, "10.0.0.1", 6369).node().id());

        assertThat(new PeersFile(file()).peers()).containsExactly(peer(2, "10.0.0.2", 6369));
    }

    @Test
    void aNodeThatWasGivenUpIsRememberedAsSuchUntilItIsMetAgain() throws IOException {
        PeersFile peers = new PeersFile(file());
        peers.met(peer(1, "10.0.0.1", 6369));
        peers.met(peer(2, "10.0.0.2", 6369));
        peers.gaveUp(peer(1, "10.0.0.1", 6369).node().id());

        PeersFile restarted = new PeersFile(file());
        assertThat(restarted.trouble()).isNull();
        assertThat(restarted.peers()).containsExactly(peer(2, "10.0.0.2", 6369));
        assertThat(restarted.givenUp()).containsExactly(peer(1, "10.0.0.1", 6369));

        restarted.met(peer(1, "10.0.0.9", 6369));
        assertThat(new PeersFile(file()).peers()).containsExactly(peer(2, "10.0.0.2", 6369), peer(1, "10.0.0.9", 6369));
        assertThat(new PeersFile(file()).givenUp()).isEmpty();
    }

    @Test
    void aNodeThatWasGivenUpAndThenRemovedIsForgotten() throws IOException {
        PeersFile peers = new PeersFile(file());
        peers.met(peer(1, "10.0.0.1", 6369));
        peers.gaveUp(peer(1, "10.0.0.1", 6369).node().id());
        peers.removed(peer(1, "10.0.0.1", 6369).node().id());

        assertThat(new PeersFile(file()).givenUp()).isEmpty();
    }

    @Test
    void whatIsTheSameIsNotWrittenAgain() throws IOException {
        PeersFile peers = new PeersFile(file());
        peers.met(peer(1, "10.0.0.1", 6369));
        Files.delete(file());
        peers.met(peer(1, "10.0.0.1", 6369));

        assertThat(file()).doesNotExist();
    }

    @Test
    void thatTheClusterWasFoundedIsRemembered() throws IOException {
        new PeersFile(file()).markFounded();

        assertThat(new PeersFile(file()).founded()).isTrue();
    }

    @Test
    void theNodesMetLongestAgoAreForgottenFirst() throws IOException {
        StringBuilder full = new StringBuilder("wkmq-peers 1\n");
        for (int i = 0; i < PeersFile.PEERS_MAX; i++) {
            full.append(new UUID(7, i)).append(" wkmq").append(i).append("@host 10.0.0.1:6369\n");
        }
        Files.writeString(file(), full);
        PeersFile peers = new PeersFile(file());
        assertThat(peers.peers()).hasSize(PeersFile.PEERS_MAX).contains(peer(0, "10.0.0.1", 6369));

        peers.met(peer(PeersFile.PEERS_MAX, "10.0.0.1", 6369));

        assertThat(peers.peers())
                .hasSize(PeersFile.PEERS_MAX)
                .doesNotContain(peer(0, "10.0.0.1", 6369))
                .contains(peer(PeersFile.PEERS_MAX, "10.0.0.1", 6369));
    }

    @Test
    void garbageIsSetAsideAndTheRestIsKept() throws IOException {
        PeersFile before = new PeersFile(file());
        before.met(peer(1, "10.0.0.1", 6369));
        before.met(peer(2, "10.0.0.2", 6369));
        String damaged = Files.readString(file()).replace("10.0.0.1:6369", "10.0.0.1:99999");
        Files.writeString(file(), damaged);

        PeersFile peers = new PeersFile(file());

        assertThat(peers.peers()).containsExactly(peer(2, "10.0.0.2", 6369));
        assertThat(peers.trouble()).contains("line 2").contains("99999").contains("peers.damaged");
        assertThat(directory.resolve("peers.damaged")).hasContent(damaged);
        assertThat(new PeersFile(file()).trouble()).as("after the next start").isNull();
    }

    @Test
    void noGarbageStopsTheStart() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        PeersFile good = new PeersFile(file());
        good.met(peer(1, "10.0.0.1", 6369));
        good.markFounded();
        byte[] bytes = Files.readAllBytes(file());
        for (int run = 0; run < 100; run++) {
            byte[] damaged = bytes.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(file(), damaged);
            assertThat(new PeersFile(file()).peers())
                    .as("seed %d run %d", seed, run)
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void aFileThatIsTooLongIsNotRead() throws IOException {
        Files.writeString(file(), "x".repeat((2 << 20) + 1), StandardCharsets.US_ASCII);

        assertThat(new PeersFile(file()).trouble()).contains("more than 2097152 bytes");
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenLater() throws IOException {
        Path gone = directory.resolve("data");
        PeersFile peers = new PeersFile(gone.resolve("peers"));
        Files.writeString(gone, "no directory");
        peers.met(peer(1, "10.0.0.1", 6369));

        assertThat(peers.trouble()).contains("cannot be written");
        assertThat(peers.peers()).hasSize(1);

        Files.delete(gone);
        peers.retry();

        assertThat(peers.trouble()).isNull();
        assertThat(new PeersFile(gone.resolve("peers")).peers()).hasSize(1);
    }

    private Path file() {
        return directory.resolve("peers");
    }

    private static KnownPeer peer(int number, String host, int port) {
        NodeId id = new NodeId(new UUID(7, number));
        return new KnownPeer(new Node(id, new NodeName("wkmq" + number, "host")), new SeedAddress(host, port));
    }
}
