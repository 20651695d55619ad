package io.wkmq.testing.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A {@link KubernetesApi} in a separate process, on any host. Arguments: address, port, key store, its password, token, and a file with one
 * pod per line ({@code <ip> <ready>}), which is reread for every call. Prints {@code listening} and runs until it is killed.
 */
public final class KubernetesServer {
    private KubernetesServer() {}

    /** Starts to listen. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        InetSocketAddress address = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        SSLContext tls = tls(Path.of(arguments[2]), arguments[3].toCharArray());
        Path pods = Path.of(arguments[5]);
        new KubernetesApi(address, tls, () -> read(pods)).accept(arguments[4]);
        System.out.println("listening");
    }

    private static SSLContext tls(Path keys, char[] password) throws IOException, GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(KeyStore.getInstance(keys.toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), null, null);
        return context;
    }

    private static List<Pod> read(Path pods) {
        try {
            return Files.readAllLines(pods).stream().map(Pod::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
