package io.wkmq.testing.net;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back what one client sends, and says on which port. */
final class EchoServer {
    private EchoServer() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(0)) {
            System.out.println(server.getLocalPort());
            try (Socket client = server.accept()) {
                client.getInputStream().transferTo(client.getOutputStream());
            }
        }
    }
}
