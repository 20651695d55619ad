package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.Disk;
import io.wkmq.testing.disk.SimDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** A {@link SimDisk} as the disk of the CP log. */
class SimulatedDisk implements Disk {
    static final Path DIRECTORY = Path.of("cp");

    private final SimDisk disk;

    SimulatedDisk(SimDisk disk) {
        this.disk = disk;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    @Override
    public void createDirectory(Path directory) {
        // there is only one
    }

    @Override
    public Closeable lock(Path directory) {
        return () -> {};
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return disk.open(name(file));
    }

    @Override
    public List<Path> list(Path directory) {
        return disk.list().stream().map(directory::resolve).toList();
    }

    @Override
    public boolean exists(Path file) {
        return disk.exists(name(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(name(from), name(to));
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(name(file));
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        disk.syncNames();
    }

    @Override
    public long usableBytes(Path directory) {
        return disk.usableBytes();
    }
}
