package main

// Certificates for the test cluster: reads what to issue as JSON on standard input, writes PEM files.

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// certificateRequest is one certificate: it goes to <Name>.crt, its key to <Name>.key.
// Hosts are its subject alternative names (addresses or DNS names). The validity is in hours from now and may be negative.
type certificateRequest struct {
	Name           string   `json:"name"`
	CommonName     string   `json:"commonName"`
	Organizations  []string `json:"organizations"`
	Hosts          []string `json:"hosts"`
	NotBeforeHours int      `json:"notBeforeHours"`
	NotAfterHours  int      `json:"notAfterHours"`
}

// issuer signs certificates; its own are ca.crt and ca.key.
type issuer struct {
	directory   string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// issueCertificates is the component "certificates": its argument is the folder to write to.
// The authority there is used again if there is one.
func issueCertificates() int {
	err := func() error {
		if len(os.Args) != 2 {
			return errors.New("usage: hedgerow-cluster certificates DIRECTORY < requests.json")
		}
		var requests []certificateRequest
		if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
			return fmt.Errorf("requests: %w", err)
		}
		authority, err := openIssuer(os.Args[1])
		if err != nil {
			return err
		}
		for _, request := range requests {
			if err := authority.issue(request); err != nil {
				return fmt.Errorf("%s: %w", request.Name, err)
			}
		}
		return nil
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func openIssuer(directory string) (*issuer, error) {
	made := &issuer{directory: directory}
	certificate, err := os.ReadFile(filepath.Join(directory, "ca.crt"))
	if errors.Is(err, os.ErrNotExist) {
		return made, made.create()
	} else if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(filepath.Join(directory, "ca.key"))
	if err != nil {
		return nil, err
	}
	certificateBlock, _ := pem.Decode(certificate)
	keyBlock, _ := pem.Decode(key)
	if certificateBlock == nil || keyBlock == nil {
		return nil, errors.New("the authority is not PEM")
	}
	if made.certificate, err = x509.ParseCertificate(certificateBlock.Bytes); err != nil {
		return nil, err
	}
	made.key, err = x509.ParseECPrivateKey(keyBlock.Bytes)
	return made, err
}

func (i *issuer) create() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "hedgerow test cluster"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(1, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	i.certificate, i.key = template, key
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	if i.certificate, err = x509.ParseCertificate(der); err != nil {
		return err
	}
	return i.write("ca", der, key)
}

func (i *issuer) issue(request certificateRequest) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: request.CommonName, Organization: request.Organizations},
		NotBefore:    time.Now().Add(time.Duration(request.NotBeforeHours) * time.Hour),
		NotAfter:     time.Now().Add(time.Duration(request.NotAfterHours) * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	for _, host := range request.Hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, i.certificate, key.Public(), i.key)
	if err != nil {
		return err
	}
	return i.write(request.Name, der, key)
}

func (i *issuer) write(name string, certificate []byte, key *ecdsa.PrivateKey) error {
	keyBytes, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	keyFile := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyBytes})
	if err := os.WriteFile(filepath.Join(i.directory, name+".key"), keyFile, 0o600); err != nil {
		return err
	}
	certificateFile := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	return os.WriteFile(filepath.Join(i.directory, name+".crt"), certificateFile, 0o644)
}
