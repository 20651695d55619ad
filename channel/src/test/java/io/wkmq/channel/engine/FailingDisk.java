package io.wkmq.channel.engine;

import io.wkmq.channel.storage.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A disk on which one write fails with an error that is not an I/O error, or a sector is unreadable. Not thread-safe. */
final class FailingDisk implements Disk {
    private final Disk disk;
    private String failing = "";
    private @Nullable Path unreadable;
    private long sector;

    FailingDisk(Disk disk) {
        this.disk = disk;
    }

    /** The next write to a file whose path has that in it fails. */
    void failOnce(String part) {
        failing = part;
    }

    /** From now on a byte of a file cannot be read, until another file takes its name. */
    void loseSector(Path file, long position) {
        unreadable = file;
        sector = position;
    }

    /** Whether that write is still to come. */
    boolean pending() {
        return !failing.isEmpty();
    }

    private void check(Path file) {
        if (!failing.isEmpty() && file.toString().contains(failing)) {
            failing = "";
            throw new OutOfMemoryError("No memory for a direct buffer");
        }
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return new FailingChannel(disk.open(file), file);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        disk.createDirectory(directory);
    }

    @Override
    public Closeable lock(Path directory) throws IOException {
        return disk.lock(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public boolean exists(Path file) {
        return disk.exists(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
        if (to.equals(unreadable)) {
            unreadable = null;
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return disk.usableBytes(directory);
    }

    /** A file channel limited to the operations in use. */
    private final class FailingChannel extends FileChannel {
        private final FileChannel file;
        private final Path path;

        private FailingChannel(FileChannel file, Path path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            check(path);
            return file.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            if (path.equals(unreadable) && position <= sector && sector < position + target.remaining()) {
                throw new IOException("Input/output error");
            }
            return file.read(target, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            Objects.requireNonNull(file.truncate(size));
            return this;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException("read");
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException("read");
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException("write");
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException("write");
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException("position");
        }

        @Override
        public FileChannel position(long position) {
            throw new UnsupportedOperationException("position");
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException("transferTo");
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException("transferFrom");
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException("map");
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException("lock");
        }

        @Override
        public @Nullable FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException("tryLock");
        }
    }
}
