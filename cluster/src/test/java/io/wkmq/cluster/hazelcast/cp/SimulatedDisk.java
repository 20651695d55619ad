package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.Disk;
import io.wkmq.testing.disk.SimDirectory;
import io.wkmq.testing.disk.SimDisk;
import java.nio.file.Path;

/** A {@link SimDisk} adapted to the disk interface of the CP log. */
class SimulatedDisk extends SimDirectory implements Disk {
    static final Path DIRECTORY = Path.of("cp");

    SimulatedDisk(SimDisk disk) {
        super(disk, DIRECTORY);
    }
}
