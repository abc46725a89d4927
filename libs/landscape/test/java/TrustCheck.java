import java.io.FileInputStream;
import java.net.Socket;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Connects to 127.0.0.1 as an HTTPS client that trusts a trust store only, and prints one line for each server.
 * Arguments: the trust store, then name:port of each server.
 */
public class TrustCheck {
  public static void main(String[] arguments) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (FileInputStream file = new FileInputStream(arguments[0])) {
      trusted.load(file, "changeit".toCharArray());
    }
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    for (int index = 1; index < arguments.length; index += 1) {
      String[] server = arguments[index].split(":");
      int port = Integer.parseInt(server[1]);
      try (Socket socket = new Socket("127.0.0.1", port);
          SSLSocket connection =
              (SSLSocket) context.getSocketFactory().createSocket(socket, server[0], port, true)) {
        SSLParameters parameters = connection.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        connection.setSSLParameters(parameters);
        connection.startHandshake();
        System.out.println("accepted");
      } catch (Exception error) {
        System.out.println("refused: " + error.getMessage());
      }
    }
  }
}
