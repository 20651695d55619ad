package io.wkmq.session.mvstore;

import io.wkmq.session.RetainedStore;
import io.wkmq.session.RetainedStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class MvRetainedStoreTest extends RetainedStoreContract {
    @TempDir
    Path directory;

    private MvStorage storage;

    @BeforeEach
    void open() throws IOException {
        storage = MvStorage.open(directory, TestOptions.small());
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Override
    protected RetainedStore store() {
        return storage.retained();
    }

    @Override
    protected RetainedStore restarted() {
        try {
            close();
            open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return storage.retained();
    }
}
