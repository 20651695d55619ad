package io.wkmq.broker.ctl;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Reads the node's answer: the subset of HTTP/1.1 that the node uses. Confined to one thread. */
final class CtlResponse {
    private static final int LINE_BYTES_MAX = 16 * 1024;
    private static final int LINES_MAX = 100;
    private static final int HTTP_OK = 200;

    /** The position of the status code in {@code HTTP/1.1 200 OK}. */
    private static final int STATUS_FROM = 9;

    private static final int STATUS_TO = 12;

    /** The byte of {@link Answer#ALIVE}. */
    private static final byte ALIVE = 0;

    private final InputStream in;
    private final int status;

    private CtlResponse(InputStream in, int status) {
        this.in = in;
        this.status = status;
    }

    /** Reads the status line and the headers. */
    static CtlResponse readHead(InputStream in) throws IOException {
        String statusLine = line(in);
        if (!statusLine.startsWith("HTTP/1.") || statusLine.length() < STATUS_TO) {
            throw new IOException("it answers '" + statusLine + "'; expected HTTP");
        }
        int lines = 0;
        while (!line(in).isEmpty()) {
            if (++lines > LINES_MAX) {
                throw new IOException("its answer has more than " + LINES_MAX + " headers");
            }
        }
        return new CtlResponse(in, number(statusLine.substring(STATUS_FROM, STATUS_TO), 10));
    }

    /** Returns whether the node runs the command; if not, the rest of the response says why. */
    boolean ok() {
        return status == HTTP_OK;
    }

    /** Copies the rest of the response up to the end of the connection. */
    void copyRest(OutputStream out) throws IOException {
        in.transferTo(out);
    }

    /**
     * Copies the output of the command, without the keep-alive bytes.
     *
     * @param exitStatus the name of the trailer with the exit status
     * @return the exit status
     * @throws EOFException if the answer is truncated
     */
    int copyChunks(OutputStream out, String exitStatus) throws IOException {
        byte[] buffer = new byte[LINE_BYTES_MAX];
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            int left = size;
            while (left > 0) {
                int read = in.read(buffer, 0, Math.min(left, buffer.length));
                if (read < 0) {
                    throw new EOFException("its answer ends too early");
                }
                copy(buffer, read, out);
                left -= read;
            }
            if (!line(in).isEmpty()) {
                throw new IOException("its answer is not what HTTP calls chunked");
            }
        }
        int result = ExitStatus.FAILED;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(exitStatus)) {
                result = number(line.substring(colon + 1).strip(), 10);
            }
        }
        return result;
    }

    private static void copy(byte[] bytes, int length, OutputStream out) throws IOException {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == ALIVE) {
                out.write(bytes, from, i - from);
                from = i + 1;
            }
        }
        out.write(bytes, from, length - from);
    }

    private int chunkSize() throws IOException {
        return number(line(in), 16);
    }

    private static int number(String text, int radix) throws IOException {
        try {
            return Integer.parseInt(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException("its answer has '" + text + "' where a number is expected", e);
        }
    }

    private static String line(InputStream in) throws IOException {
        byte[] bytes = new byte[LINE_BYTES_MAX];
        int length = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("its answer ends too early");
            }
            if (length == bytes.length) {
                throw new IOException("its answer has a line of more than " + LINE_BYTES_MAX + " bytes");
            }
            bytes[length++] = (byte) b;
        }
        boolean carriageReturn = length > 0 && bytes[length - 1] == '\r';
        return new String(bytes, 0, carriageReturn ? length - 1 : length, StandardCharsets.ISO_8859_1);
    }
}
