package io.wkmq.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
    @TempDir
    Path directory;

    @Test
    void identityStaysTheSameOverRestarts() throws IOException {
        NodeId first = NodeIdentity.loadOrCreate(directory.resolve("data"));

        assertThat(NodeIdentity.loadOrCreate(directory.resolve("data"))).isEqualTo(first);
    }

    @Test
    void twoDataDirectoriesAreTwoNodes() throws IOException {
        assertThat(NodeIdentity.loadOrCreate(directory.resolve("a")))
                .isNotEqualTo(NodeIdentity.loadOrCreate(directory.resolve("b")));
    }

    @Test
    void damagedIdentityIsRefusedWithWhatWasFound() throws IOException {
        Files.writeString(directory.resolve("node.id"), "garbage");

        assertThatThrownBy(() -> NodeIdentity.loadOrCreate(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("garbage")
                .hasMessageContaining("UUID");
    }
}
