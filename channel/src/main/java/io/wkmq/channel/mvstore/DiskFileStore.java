package io.wkmq.channel.mvstore;

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
 * The file of an MVStore on a {@link io.wkmq.channel.storage.Disk}, written in an order that survives a power loss, unlike MVStore's own:
 * <ul>
 *   <li>MVStore considers a chunk complete if its first and last blocks are there, although blocks in between may be missing. Here the
 *       last sector, which makes a chunk valid, is written only after everything before it has been synced.
 *   <li>MVStore's header refers to the newest chunk, or to an older one from which the newest is found; the older one may be overwritten
 *       before the header is. If that chunk is gone, MVStore may open an earlier version whose chunks happen to be all there, losing later
 *       commits. Here the header is written after every chunk, once that has been synced, and one of its two copies after the other.
 * </ul>
 *
 * <p>Used under MVStore's locks.
 */
final class DiskFileStore extends RandomAccessStore {
    /** The unit that every disk writes atomically. */
    private static final int SECTOR_BYTES = 512;

    /** The distance between the copies of MVStore's header at the start of the file. */
    private static final int HEADER_COPY_BYTES = 4096;

    private static final String CLEAN = "clean";

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
        if (chunk != null && length > SECTOR_BYTES) {
            writeInTwo(position, source, length - SECTOR_BYTES);
            // makes MVStore write the header now, to say that the file was not closed in an orderly way
            storeHeader.put(CLEAN, 1);
        } else if (position == 0 && length > HEADER_COPY_BYTES) {
            sync();
            writeInTwo(position, source, HEADER_COPY_BYTES);
        } else {
            DataUtils.writeFully(channel, position, source);
        }
        writeCount.incrementAndGet();
        writeBytes.addAndGet(length);
    }

    private void writeInTwo(long position, ByteBuffer source, int first) {
        int end = source.limit();
        source.limit(source.position() + first);
        DataUtils.writeFully(channel, position, source);
        sync();
        source.limit(end);
        DataUtils.writeFully(channel, position + first, source);
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
