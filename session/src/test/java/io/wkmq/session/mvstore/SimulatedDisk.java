package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.Disk;
import io.wkmq.testing.disk.SimDirectory;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;

/** A {@link SimDisk} adapted to the disk interface of the storage. */
final class SimulatedDisk extends SimDirectory implements Disk {
    static final Path DIRECTORY = Path.of("data");

    SimulatedDisk(SimDisk disk) {
        super(disk, DIRECTORY);
    }

    /** Opens the storage that is on a disk. */
    static MvStorage open(SimDisk disk, StorageOptions options) throws IOException {
        return MvStorage.open(new SimulatedDisk(disk), DIRECTORY, options);
    }
}
