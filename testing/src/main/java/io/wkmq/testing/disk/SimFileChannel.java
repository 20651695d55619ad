package io.wkmq.testing.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file of a {@link SimDisk}. Thread-safe except for the position. */
final class SimFileChannel extends FileChannel {
    private final SimDisk disk;
    private final int file;
    private long position;

    SimFileChannel(SimDisk disk, int file) {
        this.disk = disk;
        this.file = file;
    }

    private void checkOpen() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int read(ByteBuffer into, long from) throws IOException {
        checkOpen();
        return disk.read(file, into, from);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = read(into, position);
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public int write(ByteBuffer source, long offset) throws IOException {
        checkOpen();
        return disk.write(file, source, offset);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = write(source, position);
        position += count;
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return disk.size(file);
    }

    @Override
    public FileChannel truncate(long length) throws IOException {
        checkOpen();
        disk.truncate(file, length);
        position = Math.min(position, length);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        checkOpen();
        disk.sync(file);
    }

    @Override
    protected void implCloseChannel() {
        // no resources to release
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException("Scattering reads are not simulated");
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException("Gathering writes are not simulated");
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException("Transfers are not simulated");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long offset, long count) {
        throw new UnsupportedOperationException("Transfers are not simulated");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long offset, long size) {
        throw new UnsupportedOperationException("Mapped files are not simulated");
    }

    @Override
    public FileLock lock(long offset, long size, boolean shared) {
        throw new UnsupportedOperationException("Locks are not simulated");
    }

    @Override
    public FileLock tryLock(long offset, long size, boolean shared) {
        throw new UnsupportedOperationException("Locks are not simulated");
    }
}
