package io.wkmq.dist.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.disk.LoopDisk;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A separate disk for each node of a cluster that holds only its data, mounted before the node is started. Closing it unmounts them. Used
 * by one test thread.
 */
final class LabDisks implements AutoCloseable {
    private static final long BYTES = 256L << 20;

    private final Map<LabNode, LoopDisk> disks = new HashMap<>();

    private LabDisks() {}

    /** Mounts them; skips the test where that is not possible. */
    static LabDisks mount(LabCluster cluster) throws IOException {
        LabDisks mounted = new LabDisks();
        for (LabNode node : cluster.nodes()) {
            Optional<LoopDisk> disk = LoopDisk.mount(cluster.file(node + ".disk"), BYTES, node.data());
            if (disk.isEmpty()) {
                mounted.close();
                System.err.println("SKIPPED a test with disks: they need the right to mount, and mkfs.ext4");
            }
            assumeTrue(disk.isPresent(), "disks cannot be mounted");
            mounted.disks.put(node, disk.orElseThrow());
        }
        return mounted;
    }

    /** The disk of a node. */
    LoopDisk of(LabNode node) {
        LoopDisk disk = disks.get(node);
        if (disk == null) {
            throw new IllegalArgumentException(node + " has no disk of its own");
        }
        return disk;
    }

    @Override
    public void close() throws IOException {
        for (LoopDisk disk : disks.values()) {
            disk.close();
        }
    }
}
