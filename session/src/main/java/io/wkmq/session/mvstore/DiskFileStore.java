package io.wkmq.session.mvstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.h2.mvstore.SFChunk;
import org.jspecify.annotations.Nullable;

/**
 * An MVStore's file on a {@link Disk}. Differs from MVStore's own in one thing that matters: MVStore takes a chunk for
 * complete when its first and its last block are there, but after a power loss the blocks between them may be missing. So
 * the last sector, which makes a chunk valid, is written only after everything before it has been synced.
 *
 * <p>Used under MVStore's locks.
 */
final class DiskFileStore extends RandomAccessStore {
    /** What every disk writes whole or not at all. */
    private static final int SECTOR_BYTES = 512;

    private final FileChannel channel;
    private volatile boolean syncFailed;

    DiskFileStore(FileChannel channel, String name) throws IOException {
        super(new HashMap<>());
        this.channel = channel;
        init(name, false);
        saveChunkLock.lock();
        try {
            setSize(channel.size());
        } finally {
            saveChunkLock.unlock();
        }
    }

    @Override
    public ByteBuffer readFully(@Nullable SFChunk chunk, long position, int length) {
        return readFully(channel, position, length);
    }

    @Override
    protected void writeFully(@Nullable SFChunk chunk, long position, ByteBuffer source) {
        int length = source.remaining();
        setSize(Math.max(size(), position + length));
        if (chunk == null || length <= SECTOR_BYTES) {
            DataUtils.writeFully(channel, position, source);
        } else {
            int start = source.position();
            int end = source.limit();
            source.limit(end - SECTOR_BYTES);
            DataUtils.writeFully(channel, position, source);
            sync();
            source.limit(end);
            DataUtils.writeFully(channel, position + (end - SECTOR_BYTES - start), source);
        }
        writeCount.incrementAndGet();
        writeBytes.addAndGet(length);
    }

    @Override
    public void sync() {
        try {
            channel.force(false);
        } catch (IOException e) {
            syncFailed = true;
            throw failure("Could not sync", e);
        }
    }

    @Override
    protected void truncate(long size) {
        try {
            channel.truncate(size);
            setSize(Math.min(size(), size));
        } catch (IOException e) {
            throw failure("Could not truncate", e);
        }
    }

    boolean syncFailed() {
        return syncFailed;
    }

    private MVStoreException failure(String what, IOException cause) {
        return DataUtils.newMVStoreException(
                DataUtils.ERROR_WRITING_FAILED, "{0} the file {1}", what, getFileName(), cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure("Could not close", e);
        } finally {
            super.close();
        }
    }

    @Override
    public void open(String fileName, boolean readOnly, char[] encryptionKey) {
        throw new UnsupportedOperationException("The file is open from the start");
    }

    @Override
    public FileStore<SFChunk> open(String fileName, boolean readOnly) {
        throw new UnsupportedOperationException("The file is open from the start");
    }

    @Override
    public void backup(ZipOutputStream out) {
        throw new UnsupportedOperationException("A backup is made from outside");
    }
}
