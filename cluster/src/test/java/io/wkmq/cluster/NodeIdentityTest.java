package io.wkmq.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
    private static final NodeName NAME = new NodeName("a", "10.0.0.1");

    @TempDir
    Path directory;

    @Test
    void identityStaysTheSameOverRestarts() throws IOException {
        Node first = NodeIdentity.loadOrCreate(directory.resolve("data"), NAME);

        assertThat(NodeIdentity.loadOrCreate(directory.resolve("data"), NAME)).isEqualTo(first);
    }

    @Test
    void identityStaysTheSameUnderAnotherName() throws IOException {
        NodeName moved = new NodeName("b", "10.0.0.9");
        Node first = NodeIdentity.loadOrCreate(directory, NAME);

        Node renamed = NodeIdentity.loadOrCreate(directory, moved);

        assertThat(renamed).isEqualTo(new Node(first.id(), moved));
        assertThat(Files.readAllLines(directory.resolve("node.id")))
                .containsExactly(first.id().toString(), "b@10.0.0.9");
    }

    @Test
    void twoDataDirectoriesAreTwoNodes() throws IOException {
        assertThat(NodeIdentity.loadOrCreate(directory.resolve("a"), NAME))
                .isNotEqualTo(NodeIdentity.loadOrCreate(directory.resolve("b"), NAME));
    }

    @Test
    void damagedIdentityIsRefusedWithWhatWasFound() throws IOException {
        Files.writeString(directory.resolve("node.id"), "garbage");

        assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory, NAME))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("garbage")
                .hasMessageContaining("UUID");
    }
}
