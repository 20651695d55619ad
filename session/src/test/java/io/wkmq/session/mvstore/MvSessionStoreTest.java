package io.wkmq.session.mvstore;

import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class MvSessionStoreTest extends SessionStoreContract {
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
    protected SessionStore store() {
        return storage.sessions();
    }

    @Override
    protected SessionStore restarted() {
        try {
            close();
            open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return storage.sessions();
    }
}
