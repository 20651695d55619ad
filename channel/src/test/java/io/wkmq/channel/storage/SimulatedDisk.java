package io.wkmq.channel.storage;

import io.wkmq.testing.disk.SimDirectory;
import io.wkmq.testing.disk.SimDisk;
import java.nio.file.Path;

/** A {@link SimDisk} adapted to the disk interface of the channels. */
public class SimulatedDisk extends SimDirectory implements Disk {
    /** Where everything is, itself and below it. */
    public static final Path DIRECTORY = Path.of("channels");

    /** That disk. */
    public SimulatedDisk(SimDisk disk) {
        super(disk, DIRECTORY);
    }
}
