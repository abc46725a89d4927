import com.sap.cloud.security.client.HttpClientFactory;
import com.sap.cloud.security.config.ClientCertificate;
import com.sap.cloud.security.config.OAuth2ServiceConfiguration;
import com.sap.cloud.security.config.OAuth2ServiceConfigurationBuilder;
import com.sap.cloud.security.config.Service;
import com.sap.cloud.security.token.SapIdToken;
import com.sap.cloud.security.token.validation.validators.JwtValidatorBuilder;
import com.sap.cloud.security.xsuaa.client.DefaultOAuth2TokenService;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/** Fetches a token over mutual TLS and validates it, with the libraries of SAP. */
public class Stranger {
  public static void main(String[] arguments) throws Exception {
    JSONObject context = new JSONObject(Files.readString(Path.of(System.getenv("CONTEXT"))));
    JSONObject consumer = context.getJSONObject("consumer");
    JSONObject provider = context.getJSONObject("provider");

    ClientCertificate identity =
        new ClientCertificate(
            consumer.getString("certificate"), consumer.getString("key"), consumer.getString("clientid"));
    DefaultOAuth2TokenService service =
        new DefaultOAuth2TokenService(
            HttpClientFactory.create(identity));
    String token =
        service
            .retrieveAccessTokenViaClientCredentialsGrant(
                URI.create(consumer.getString("url") + "/oauth2/token"),
                identity,
                null,
                null,
                Map.of("resource", "urn:sap:identity:application:provider:name:orders"),
                false)
            .getAccessToken();
    System.out.println("ok fetches a token over mutual TLS");

    check("validates the token", token, provider, provider.getString("clientid"), true);
    check("rejects a token for another application", token, provider, "other", false);
    String altered = token.substring(0, token.length() - 8) + "AAAAAAAA";
    check("rejects a token with a wrong signature", altered, provider, provider.getString("clientid"), false);
  }

  private static void check(
      String name, String token, JSONObject binding, String clientId, boolean isValid) {
    JSONArray domains = binding.getJSONArray("domains");
    OAuth2ServiceConfiguration configuration =
        OAuth2ServiceConfigurationBuilder.forService(Service.IAS)
            .withClientId(clientId)
            .withUrl(binding.getString("url"))
            .withDomains(domains.toList().toArray(new String[0]))
            .build();
    var validator = JwtValidatorBuilder.getInstance(configuration).build();
    var result = validator.validate(new SapIdToken(token));
    if (result.isValid() == isValid) System.out.println("ok " + name);
    else System.out.println("not ok " + name + ": " + result.getErrorDescription());
  }
}
